"""People who have an account: who they are, what they may do and where, how they sign in."""
