process.on('message', () => process.send?.('taken'));
