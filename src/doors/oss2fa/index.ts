export { type Oss2faDoorOptions, type Oss2faSettings, oss2faDoor } from './oss2fa-door.ts';
