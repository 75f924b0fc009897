// What each stage imports, and nothing else.
import 'handover/child';
