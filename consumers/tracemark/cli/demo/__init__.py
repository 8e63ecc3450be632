"""`tracemark demo`: a small world on the real system, so that the first five minutes show what the product is for.

Three services (each a process with the real SDK) answer the users of three tenants with texts, pictures and voices; some outputs go
without their label, some are moderated, and one service is killed in the middle of its work. Then a text found on a screen is
traced to its origin, and the accounting must close.
"""
