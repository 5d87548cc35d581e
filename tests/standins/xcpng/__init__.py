"""A pool of XCP-ng hosts that join each other, behind a stand-in of xe."""
