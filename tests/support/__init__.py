"""What the behaviour tests stand on: the real server, people who use it, and clients that trust nothing it sends."""
