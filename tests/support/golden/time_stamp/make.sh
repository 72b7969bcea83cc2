#!/bin/sh
# Makes the files beside it with OpenSSL 3.0: an authority's root certificate, and its stamp on `stamped.json`.
set -e
here=$(dirname "$0")
work=$(mktemp -d)
cp "$here/stamped.json" "$work"
cd "$work"
cat > c.cnf <<'END'
[authority]
serial = ./serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1, millisecs:500
ess_cert_id_alg = sha256
[root]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign
subjectKeyIdentifier = hash
[leaf]
extendedKeyUsage = critical,timeStamping
[req]
distinguished_name = name
[name]
END
echo 0457 > serial
new="-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -config c.cnf"
openssl req -x509 $new -keyout root.key -out root.pem -subj "/CN=Golden root" -days 36500 -extensions root
openssl req $new -keyout tsa.key -out tsa.csr -subj "/CN=Golden authority"
openssl x509 -req -in tsa.csr -CA root.pem -CAkey root.key -CAcreateserial -out tsa.pem -days 36500 \
  -extfile c.cnf -extensions leaf
openssl ts -query -data stamped.json -sha256 -cert -out timestamp.tsq
openssl ts -reply -queryfile timestamp.tsq -signer tsa.pem -inkey tsa.key -out timestamp.tsr \
  -config c.cnf -section authority
openssl ts -verify -data stamped.json -in timestamp.tsr -CAfile root.pem
cd - > /dev/null
cp "$work/root.pem" "$work/timestamp.tsq" "$work/timestamp.tsr" "$here"
rm -r "$work"
