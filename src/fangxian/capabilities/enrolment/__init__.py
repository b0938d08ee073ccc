"""Who came from elsewhere: registered, verified at the door, classified, tracked."""
