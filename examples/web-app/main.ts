import { makeApplication } from './application.ts';

const baseUrl = 'http://localhost:3000';

makeApplication(() => baseUrl).listen(3000, '127.0.0.1', () => console.log(`Ready ${baseUrl}`));
