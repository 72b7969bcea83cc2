"""Pictures to descriptors: `pdq` (hash), `compact` (bundled), `clip` (open_clip), and the single decode around them."""
