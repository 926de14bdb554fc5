"""The right report to the right person, once.

``recipients`` says who gets what, ``message`` makes the bytes, ``outbox`` keeps them as they were
reviewed, ``guards`` refuse what must not leave, ``ledger`` knows what became of every mail, and
``sending`` hands them to one of the ``transports``. Only ``sending`` ever opens a connection.
Source: design, reports-and-mail.md, sections 4 and 5; reliability.md, I11, I12, I15.
"""
