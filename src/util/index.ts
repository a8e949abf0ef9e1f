/** Tools that know nothing of neural networks: errors, units, digests, folders replaced in one step, a cache by content. */
