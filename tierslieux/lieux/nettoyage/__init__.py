"""What people and publishers write of a place, made regular: phones, addresses, hours, names. Pure."""
