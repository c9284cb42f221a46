"""What people carry away: printed sheets and lists, PDF, QR codes, short messages, an offline pack."""
