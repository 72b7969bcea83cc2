const Digest = (() => {
  const WHOLE_BYTES = 2 ** 28;
  const CHUNK_BYTES = 2 ** 24;
  const isPrime = (number) => {
    for (let divisor = 2; divisor * divisor <= number; divisor += 1) {
      if (number % divisor === 0) { return false; }
    }
    return true;
  };
  const primes = Array.from({ length: 310 }, (_, place) => place + 2).filter(isPrime).slice(0, 64);
  const fraction = (value) => ((value - Math.floor(value)) * 2 ** 32) | 0;
  const ROUNDS = Int32Array.from(primes, (prime) => fraction(Math.cbrt(prime)));
  const START = Int32Array.from(primes.slice(0, 8), (prime) => fraction(Math.sqrt(prime)));
  const turn = (word, by) => (word >>> by) | (word << (32 - by));

  /* FIPS 180-4, for files that are too large to be held in memory at once. */
  class Sha256 {
    constructor() {
      this.state = Int32Array.from(START);
      this.words = new Int32Array(64);
      this.rest = new Uint8Array(0);
      this.numBytes = 0;
    }

    update(bytes) {
      this.numBytes += bytes.length;
      const joined = new Uint8Array(this.rest.length + bytes.length);
      joined.set(this.rest);
      joined.set(bytes, this.rest.length);
      const view = new DataView(joined.buffer);
      const end = joined.length - joined.length % 64;
      for (let place = 0; place < end; place += 64) { this.block(view, place); }
      this.rest = joined.slice(end);
      return this;
    }

    block(view, place) {
      const { words, state } = this;
      for (let number = 0; number < 16; number += 1) { words[number] = view.getInt32(place + 4 * number); }
      for (let number = 16; number < 64; number += 1) {
        const early = words[number - 15], late = words[number - 2];
        const low = turn(early, 7) ^ turn(early, 18) ^ (early >>> 3);
        const high = turn(late, 17) ^ turn(late, 19) ^ (late >>> 10);
        words[number] = words[number - 16] + low + words[number - 7] + high | 0;
      }
      let a = state[0], b = state[1], c = state[2], d = state[3];
      let e = state[4], f = state[5], g = state[6], h = state[7];
      for (let number = 0; number < 64; number += 1) {
        const chosen = (e & f) ^ (~e & g), most = (a & b) ^ (a & c) ^ (b & c);
        const first = h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + chosen + ROUNDS[number] + words[number] | 0;
        const second = (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + most | 0;
        h = g; g = f; f = e; e = d + first | 0; d = c; c = b; b = a; a = first + second | 0;
      }
      state[0] += a; state[1] += b; state[2] += c; state[3] += d;
      state[4] += e; state[5] += f; state[6] += g; state[7] += h;
    }

    hex() {
      const bits = BigInt(this.numBytes) * 8n;
      const padding = new Uint8Array((this.rest.length < 56 ? 64 : 128) - this.rest.length);
      padding[0] = 0x80;
      new DataView(padding.buffer).setBigUint64(padding.length - 8, bits);
      this.update(padding);
      return Array.from(this.state, (word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
    }
  }

  const inChunks = async (file, tell) => {
    const digest = new Sha256();
    for (let start = 0; start < file.size; start += CHUNK_BYTES) {
      digest.update(new Uint8Array(await file.slice(start, start + CHUNK_BYTES).arrayBuffer()));
      tell(Math.min(1, (start + CHUNK_BYTES) / file.size));
    }
    return digest.hex();
  };

  const sha256 = async (file, tell, wholeBytes = WHOLE_BYTES) => {
    if (!window.crypto || !window.crypto.subtle || file.size > wholeBytes) { return inChunks(file, tell); }
    const bytes = new Uint8Array(await window.crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  };
  return { sha256 };
})();
