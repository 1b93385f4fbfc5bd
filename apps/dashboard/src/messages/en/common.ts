export const en = {
  loading: 'Loading …', more: 'Show more', retry: 'Try again', close: 'Close', cancel: 'Cancel', yes: 'Yes', no: 'No', none: 'none', unknown: 'unknown', onRequest: 'price on request',
  failed: 'This could not be loaded', unreachable: 'The server does not answer. Is it running?', busy: 'The server has too much to do just now.', code: 'Code', request: 'Request', noPicture: 'no picture', nothing: 'Nothing here', table: 'Table', copied: 'Copied', copy: 'Copy',
};
