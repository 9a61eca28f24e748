import { resolveConfiguration } from '../../infra/configuration.ts';
import { catalog } from '../../shared/providers/catalog.ts';

/** The configuration of every provider of the catalog. */
export const wholeCatalog = resolveConfiguration({ providers: Object.keys(catalog) });
