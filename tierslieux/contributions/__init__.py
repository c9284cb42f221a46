"""What people say of places: they propose, others look, everything can be undone. A contribution is one more record."""
