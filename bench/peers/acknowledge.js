// Says that it is there, and acknowledges each value.
process.on('message', () => process.send('taken'));
process.send('ready');
