/** Looks through a project and proposes a config for it, in which every guess is commented. */
