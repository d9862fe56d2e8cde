import { createServer } from 'node:http'; import { openStore } from './src/transfers/s3.mjs'; import { openStore as openGs } from './src/transfers/gs.mjs';
import { execFileSync } from 'node:child_process';
execFileSync('truncate', ['-s', '2G', '/tmp/mem-2g']);
const { Worker, isMainThread } = await import('node:worker_threads');
if (process.argv[2] === 'server') {
  let n = 0;
  const s = createServer((q, r) => { let size=0; q.on('data', (c)=>{size+=c.length}); q.on('end', () => { 
    const u = new URL(q.url,'http://x');
    if (q.method==='POST' && u.searchParams.has('uploads')) return r.end('<InitiateMultipartUploadResult><UploadId>1</UploadId></InitiateMultipartUploadResult>');
    if (q.method==='POST' && u.pathname.startsWith('/upload/')) return r.writeHead(200,{location:`http://127.0.0.1:${s.address().port}/sess?x=1`}).end();
    if (u.pathname==='/sess') return r.writeHead(308,{range:`bytes=0-${size-1}`}).end();
    r.setHeader('etag','"x"').end(); }); }).listen(0,'127.0.0.1',()=>console.log(s.address().port));
} else {
  const { spawn } = await import('node:child_process');
  const p = spawn(process.execPath, [import.meta.filename, 'server']); const port = Number(await new Promise(d=>p.stdout.once('data',d)));
  for (const [name, open, access] of [['s3', openStore, {accessKeyId:'a',secretAccessKey:'b'}], ['gs', openGs, {}]]) {
    const store = await open({scheme:name,host:'',port:null,bucket:'b',key:'',region:null,endpoint:`http://127.0.0.1:${port}`}, access, {signal:new AbortController().signal,onNote(){}});
    let most = 0; const m0 = process.memoryUsage().rss; const t = setInterval(()=>{most=Math.max(most,process.memoryUsage().rss)},50); const t0=performance.now();
    await store.upload('/tmp/mem-2g','k',{temporaryName:'x',onBegun:async()=>{},onSent(){}}); clearInterval(t);
    console.log(name, '2 GiB', Math.round((performance.now()-t0)/1000)+' s', 'rss +'+Math.round((most-m0)/1e6)+' MB', 'most '+Math.round(most/1e6)); await store.close();
  }
  p.kill(); 
}
