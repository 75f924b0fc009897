/**
 * `npm run bench`: how fast; `npm run bench -- crashes`: what is lost in a crash; `npm run bench -- profile`: where the
 * time goes.
 */
switch (process.argv[2]) {
  case 'crashes':
    await import('./crashes/main.ts');
    break;
  case 'profile':
    await import('./profile/main.ts');
    break;
  default:
    await import('./figures.ts');
}
