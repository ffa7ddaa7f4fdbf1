export { contract, type Contract } from './contract/index.ts';
export { restDoor, type RestDoorOptions } from './rest-door.ts';
