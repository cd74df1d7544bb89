"""This gateway beside nginx and HAProxy, on the same core with the same work."""
