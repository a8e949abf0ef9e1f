/** Files of samples to tensors: images, npy, npz, wav, and the labels that belong to them. */
