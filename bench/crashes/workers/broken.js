// It cannot be imported.
import './there-is-no-such-file.js';
