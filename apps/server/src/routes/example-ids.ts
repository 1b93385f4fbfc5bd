/** Ids that the examples of the documentation name; the test that sends them makes a store that has them. */
export const exampleOffer = '610947572360';
export const exampleSupplier = 'b2b-2208000001';
export const exampleImage = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
export const exampleUpload = '7b0e9a52-3c1d-4f6e-9a57-0c2f5a1d8e01';
export const exampleJob = '7b0e9a52-3c1d-4f6e-9a57-0c2f5a1d8e02';
export const exampleWaitingJob = '7b0e9a52-3c1d-4f6e-9a57-0c2f5a1d8e03';
export const exampleWatch = 'yoga-prices';
export const exampleBackup = 'nightly';
export const exampleRestore = '0a1b2c3d';
