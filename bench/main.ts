/** `npm run bench`: how fast; `npm run bench -- crashes`: what is lost in a crash. */
if (process.argv[2] === 'crashes') await import('./crashes/main.ts');
else await import('./figures.ts');
