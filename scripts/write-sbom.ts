/** `node --import tsx scripts/write-sbom.ts`. `build` calls it after it has built the page. */
import { writeSbom } from './dependencies/write-sbom.ts';

await writeSbom();
console.log('sbom.cdx.json lists the packages that reach production (CycloneDX 1.6).');
