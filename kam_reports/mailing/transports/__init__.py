"""The ways out of the house: SMTP, Microsoft Graph, and drafts for a person to send."""
