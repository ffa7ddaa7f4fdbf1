import { type MessageTemplates, messageTemplatesSchema } from './message-templates.ts';
import { type Theme, themeSchema } from './theme.ts';

/** The settings of a tenant by name. Every one is optional: what a tenant has not set stays as Countersign has it. */
export interface TenantSettings {
  theme: Theme;
  templates: MessageTemplates;
}

export type TenantSettingName = keyof TenantSettings;

/** What each setting may be. A new setting is a line here and one in {@link TenantSettings}. */
export const tenantSettingSchemas = {
  theme: themeSchema,
  templates: messageTemplatesSchema,
} as const;

export const tenantSettingNames = Object.keys(tenantSettingSchemas) as TenantSettingName[];
