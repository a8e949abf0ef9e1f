interface ResolveContext {
  conditions: string[];
  importAttributes: Record<string, string>;
  parentURL?: string;
}

type Resolve = (specifier: string, context?: Partial<ResolveContext>) => Promise<{ url: string }>;

/** Resolves a package that its importer does not find from autosplit. */
export async function resolve(specifier: string, context: ResolveContext, next: Resolve): Promise<{ url: string }> {
  try {
    return await next(specifier, context);
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND';
    const isPackage = !/^(?:[./]|[a-z]+:)/.test(specifier);
    if (!isMissing || !isPackage) throw error;
    return next(specifier, { ...context, parentURL: import.meta.url });
  }
}
