/** Sites that send visitors, by what kind they are and the name people know them by. */

export type SourceKind = 'search' | 'social' | 'video' | 'shopping' | 'email' | 'ai' | 'audio';

export interface KnownSource {
  readonly name: string;
  readonly kind: SourceKind;
}

/** Name to hosts. `google.*` stands for every ending; a host stands for those below it, too. */
const hosts: Readonly<Record<SourceKind, Readonly<Record<string, string>>>> = {
  search: {
    Google: 'google.*',
    Bing: 'bing.com',
    DuckDuckGo: 'duckduckgo.com',
    'Yahoo!': 'search.yahoo.* yahoo.com',
    Yandex: 'yandex.* ya.ru',
    Baidu: 'baidu.com',
    Ecosia: 'ecosia.org',
    Brave: 'search.brave.com',
    Qwant: 'qwant.com',
    Startpage: 'startpage.com',
    Kagi: 'kagi.com',
    Naver: 'search.naver.com naver.com',
    Seznam: 'seznam.cz',
    Sogou: 'sogou.com',
    'AOL Search': 'search.aol.com aol.com',
    Ask: 'ask.com',
    Swisscows: 'swisscows.com',
    Mojeek: 'mojeek.com',
    MetaGer: 'metager.org metager.de',
    Daum: 'search.daum.net',
    SearXNG: 'searx.be',
    Presearch: 'presearch.com',
    Dogpile: 'dogpile.com',
    Coccoc: 'coccoc.com',
    'Haosou (360)': 'so.com',
    GMX: 'suche.gmx.net',
    'Web.de': 'suche.web.de',
    'T-Online': 'suche.t-online.de',
  },
  social: {
    Facebook: 'facebook.com fb.com fb.me m.facebook.com l.facebook.com lm.facebook.com',
    Instagram: 'instagram.com l.instagram.com',
    Twitter: 'twitter.com t.co x.com com.twitter.android',
    LinkedIn: 'linkedin.com lnkd.in com.linkedin.android',
    Reddit: 'reddit.com redd.it old.reddit.com com.reddit.frontpage',
    'Hacker News': 'news.ycombinator.com',
    Pinterest: 'pinterest.* pin.it',
    TikTok: 'tiktok.com',
    Threads: 'threads.net threads.com',
    Bluesky: 'bsky.app go.bsky.app',
    Mastodon: 'mastodon.social mastodon.online fosstodon.org hachyderm.io mstdn.social',
    Telegram: 't.me telegram.org web.telegram.org org.telegram.messenger',
    WhatsApp: 'whatsapp.com wa.me web.whatsapp.com',
    Discord: 'discord.com discord.gg',
    Slack: 'slack.com app.slack.com com.slack com.Slack',
    Snapchat: 'snapchat.com',
    Tumblr: 'tumblr.com',
    Quora: 'quora.com',
    VK: 'vk.com vk.ru away.vk.com',
    Weibo: 'weibo.com weibo.cn t.cn',
    Lobsters: 'lobste.rs',
    Lemmy: 'lemmy.world',
    Medium: 'medium.com',
    'Stack Overflow': 'stackoverflow.com',
    GitHub: 'github.com',
    XING: 'xing.com',
    Line: 'line.me',
    Disqus: 'disqus.com',
    'Dev.to': 'dev.to',
    'Product Hunt': 'producthunt.com',
    'Indie Hackers': 'indiehackers.com',
    Odnoklassniki: 'ok.ru',
    Nextdoor: 'nextdoor.com',
    Flipboard: 'flipboard.com',
  },
  video: {
    YouTube: 'youtube.com youtu.be m.youtube.com com.google.android.youtube',
    Vimeo: 'vimeo.com',
    Twitch: 'twitch.tv',
    Dailymotion: 'dailymotion.com',
    Bilibili: 'bilibili.com',
    Rumble: 'rumble.com',
    PeerTube: 'peertube.tv',
    Netflix: 'netflix.com',
  },
  shopping: {
    Amazon: 'amazon.*',
    eBay: 'ebay.*',
    Etsy: 'etsy.com',
    AliExpress: 'aliexpress.com',
    Walmart: 'walmart.com',
    Shopify: 'shop.app shopify.com',
    'Google Shopping': 'shopping.google.com',
    Temu: 'temu.com',
    Mercado: 'mercadolibre.com mercadolivre.com.br',
    Alibaba: 'alibaba.com',
  },
  email: {
    Gmail: 'mail.google.com com.google.android.gm',
    Outlook: 'outlook.live.com outlook.office.com outlook.office365.com',
    'Yahoo! Mail': 'mail.yahoo.com mail.yahoo.net',
    Proton: 'mail.proton.me mail.protonmail.com',
    'AOL Mail': 'mail.aol.com',
    'Yandex Mail': 'mail.yandex.ru mail.yandex.com',
    'Mail.ru': 'e.mail.ru',
    Fastmail: 'app.fastmail.com',
    Zoho: 'mail.zoho.com',
    'GMX Mail': 'deref-gmx.net',
    'Web.de Mail': 'deref-web-02.de deref-web.de',
  },
  ai: {
    ChatGPT: 'chatgpt.com chat.openai.com',
    Claude: 'claude.ai',
    Perplexity: 'perplexity.ai',
    Gemini: 'gemini.google.com bard.google.com',
    Copilot: 'copilot.microsoft.com copilot.com',
    DeepSeek: 'chat.deepseek.com deepseek.com',
    Grok: 'grok.com grok.x.ai',
    'Le Chat': 'chat.mistral.ai',
    'Meta AI': 'meta.ai',
    'You.com': 'you.com',
    Phind: 'phind.com',
    Poe: 'poe.com',
    Kimi: 'kimi.com kimi.moonshot.cn',
    Qwen: 'chat.qwen.ai',
    HuggingChat: 'huggingface.co',
    Duck: 'duck.ai',
  },
  audio: {
    Spotify: 'open.spotify.com spotify.com',
    SoundCloud: 'soundcloud.com',
    'Apple Podcasts': 'podcasts.apple.com',
  },
};

/** Short names used in links, `utm_source=ig` say. */
const nicknames: Readonly<Record<string, string>> = {
  ig: 'Instagram',
  fb: 'Facebook',
  adwords: 'Google',
  googleads: 'Google',
  yt: 'YouTube',
  tw: 'Twitter',
  x: 'Twitter',
  li: 'LinkedIn',
  hn: 'Hacker News',
  hackernews: 'Hacker News',
  yahoo: 'Yahoo!',
  openai: 'ChatGPT',
  stackoverflow: 'Stack Overflow',
  producthunt: 'Product Hunt',
};

const byHost = new Map<string, KnownSource>();
const byStem = new Map<string, KnownSource>();
const byName = new Map<string, KnownSource>();
for (const [kind, sources] of Object.entries(hosts) as [SourceKind, Record<string, string>][]) {
  for (const [name, list] of Object.entries(sources)) {
    const source = { name, kind };
    byName.set(name.toLowerCase(), source);
    for (const host of list.split(' ')) {
      if (host.endsWith('.*')) byStem.set(host.slice(0, -2), source);
      else byHost.set(host, source);
    }
  }
}

/** By the host of a referrer; the longest name that is known counts, so `mail.google.com` is no search. */
export function sourceOfHost(host: string): KnownSource | null {
  const parts = host.toLowerCase().split('.');
  for (let from = 0; from < parts.length; from++) {
    const rest = parts.slice(from);
    const found = byHost.get(rest.join('.'));
    if (found !== undefined) return found;
    // `google.de` and `google.co.uk`, but no `google.something.example.com`.
    for (const ending of [1, 2]) {
      const stem = rest.length > ending ? byStem.get(rest.slice(0, -ending).join('.')) : undefined;
      if (stem !== undefined && (ending === 1 || (rest.at(-2)?.length ?? 9) <= 3)) return stem;
    }
  }
  return null;
}

/** By what a link calls itself: a name, a nickname, or a host. */
export function sourceOfName(name: string): KnownSource | null {
  const lower = name.trim().toLowerCase();
  const known = byName.get(nicknames[lower]?.toLowerCase() ?? lower);
  return known ?? (lower.includes('.') ? sourceOfHost(lower) : null);
}
