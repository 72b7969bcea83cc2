"""What a user asks for, as one library function each: add, compare, scan, look after the library, doctor."""
