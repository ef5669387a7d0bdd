"""What holds for the whole house, whichever room is worked on."""
