"""What the integration stories stand on: private mail servers, a scripted
SMTP and IMAP end, a running Teduh and the people who use it."""
