// Made by "npm run generate" from the files of catalog/.
import apple from './catalog/apple.ts';
import asana from './catalog/asana.ts';
import atlassian from './catalog/atlassian.ts';
import bitbucket from './catalog/bitbucket.ts';
import box from './catalog/box.ts';
import discord from './catalog/discord.ts';
import dropbox from './catalog/dropbox.ts';
import facebook from './catalog/facebook.ts';
import figma from './catalog/figma.ts';
import github from './catalog/github.ts';
import gitlab from './catalog/gitlab.ts';
import gmail from './catalog/gmail.ts';
import google from './catalog/google.ts';
import googleCalendar from './catalog/google-calendar.ts';
import hubspot from './catalog/hubspot.ts';
import instagram from './catalog/instagram.ts';
import intuit from './catalog/intuit.ts';
import linear from './catalog/linear.ts';
import linkedin from './catalog/linkedin.ts';
import microsoft from './catalog/microsoft.ts';
import notion from './catalog/notion.ts';
import onedrive from './catalog/onedrive.ts';
import outlook from './catalog/outlook.ts';
import paypal from './catalog/paypal.ts';
import pinterest from './catalog/pinterest.ts';
import reddit from './catalog/reddit.ts';
import salesforce from './catalog/salesforce.ts';
import shopify from './catalog/shopify.ts';
import slack from './catalog/slack.ts';
import spotify from './catalog/spotify.ts';
import strava from './catalog/strava.ts';
import stripe from './catalog/stripe.ts';
import threads from './catalog/threads.ts';
import tiktok from './catalog/tiktok.ts';
import twitch from './catalog/twitch.ts';
import x from './catalog/x.ts';
import youtube from './catalog/youtube.ts';
import zoho from './catalog/zoho.ts';
import zoom from './catalog/zoom.ts';
import type { ProviderEntry } from './provider.ts';

/** The whole catalog by id, as its files say it. */
export const catalog: Record<string, ProviderEntry> = {
  apple,
  asana,
  atlassian,
  bitbucket,
  box,
  discord,
  dropbox,
  facebook,
  figma,
  github,
  gitlab,
  gmail,
  google,
  'google-calendar': googleCalendar,
  hubspot,
  instagram,
  intuit,
  linear,
  linkedin,
  microsoft,
  notion,
  onedrive,
  outlook,
  paypal,
  pinterest,
  reddit,
  salesforce,
  shopify,
  slack,
  spotify,
  strava,
  stripe,
  threads,
  tiktok,
  twitch,
  x,
  youtube,
  zoho,
  zoom,
};
