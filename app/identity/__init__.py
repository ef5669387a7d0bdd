"""Who you are, and on which device: accounts, passwords, and the one live session."""
