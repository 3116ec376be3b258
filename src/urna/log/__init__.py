"""The transparency log (RFC 9162 and C2SP): nothing that was published can be taken out unseen.

    shape         which hashes a Merkle proof holds
    merkle        the tree, its proofs, and their verification
    note          signed notes: a text and signatures under it (urna signs everything so)
    checkpoint    the log's signed size and root, and that it only grew
    cosignature   what witnesses say of a checkpoint
    tiles         the log as static files
    log           the log as its writer holds it
    reading       the log as a stranger reads and checks it
    proof         a file that shows one entry, offline

The formats, an example and the numbered checks are in docs/spec/log.md.
"""
