"""The home page, the pages that speak of the site itself, and the answer to "are you ready?"."""
