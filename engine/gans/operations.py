"""What pages ask of generators and discriminators of pictures."""
