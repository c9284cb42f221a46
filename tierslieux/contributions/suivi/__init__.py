"""What becomes of a proposal, for whoever made it; what keeps places true: confirmations, mails to places, walks."""
