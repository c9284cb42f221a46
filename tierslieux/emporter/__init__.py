"""What people carry away from the pages: paper, PDF, codes to scan, text messages, lists, packs to read offline."""
