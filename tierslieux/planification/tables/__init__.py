"""Tables that territories upload: buildings, or people by commune."""
