/** Set-up of what runs on servers. `SENTRY_DSN`, `SENTRY_RELEASE` and `SENTRY_ENVIRONMENT` are in its environment already. */

import type { Snippet } from './snippets.ts';

const instrument = `// instrument.mjs
import * as Sentry from '@sentry/node';

Sentry.init({ tracesSampleRate: 0.1 }); // SENTRY_DSN is set`;

export const serverSnippets: readonly Snippet[] = [
  {
    name: 'Express',
    presets: ['node'],
    text: `// npm install @sentry/node
${instrument}

// Start it with: node --import ./instrument.mjs server.js
// Errors of handlers are reported by themselves. With @sentry/node 10 or older, behind all routes:
// Sentry.setupExpressErrorHandler(app);`,
  },
  {
    name: 'Fastify',
    presets: ['node'],
    text: `// npm install @sentry/node
${instrument}

// Start it with: node --import ./instrument.mjs server.js
// Errors of handlers are reported by themselves. With @sentry/node 10 or older, before the routes:
// Sentry.setupFastifyErrorHandler(app);`,
  },
  {
    name: 'Nest',
    presets: ['node'],
    text: `// npm install @sentry/nestjs
// instrument.ts, the first import of main.ts
import * as Sentry from '@sentry/nestjs';

Sentry.init({ tracesSampleRate: 0.1 }); // SENTRY_DSN is set

// app.module.ts
import { APP_FILTER } from '@nestjs/core';
import { SentryGlobalFilter, SentryModule } from '@sentry/nestjs/setup';

@Module({
  imports: [SentryModule.forRoot()],
  providers: [{ provide: APP_FILTER, useClass: SentryGlobalFilter }],
})`,
  },
  {
    name: 'Bun',
    presets: ['bun'],
    text: `// bun add @sentry/bun
// instrument.ts
import * as Sentry from '@sentry/bun';

Sentry.init({ tracesSampleRate: 0.1 }); // SENTRY_DSN is set

// Start it with: bun --preload ./instrument.ts server.ts`,
  },
  {
    name: 'Django',
    presets: ['python'],
    text: `# pip install sentry-sdk
# settings.py; Django is found by itself
import sentry_sdk

sentry_sdk.init(traces_sample_rate=0.1)  # SENTRY_DSN is set`,
  },
  {
    name: 'Flask',
    presets: ['python'],
    text: `# pip install "sentry-sdk[flask]"
import sentry_sdk
from flask import Flask

sentry_sdk.init(traces_sample_rate=0.1)  # SENTRY_DSN is set
app = Flask(__name__)`,
  },
  {
    name: 'FastAPI',
    presets: ['python'],
    text: `# pip install sentry-sdk
import sentry_sdk
from fastapi import FastAPI

sentry_sdk.init(traces_sample_rate=0.1)  # SENTRY_DSN is set
app = FastAPI()`,
  },
  {
    name: 'Go',
    presets: ['go'],
    text: `// go get github.com/getsentry/sentry-go
if err := sentry.Init(sentry.ClientOptions{EnableTracing: true, TracesSampleRate: 0.1}); err != nil { // SENTRY_DSN is set
	log.Fatal(err)
}
defer sentry.Flush(2 * time.Second)

// github.com/getsentry/sentry-go/http
http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), sentryhttp.New(sentryhttp.Options{Repanic: true}).Handle(mux))`,
  },
  {
    name: 'Rust',
    presets: ['rust'],
    text: `// cargo add sentry
fn main() {
    // SENTRY_DSN is set. What begins an async runtime comes after it.
    let _guard = sentry::init(sentry::ClientOptions { traces_sample_rate: 0.1, ..Default::default() });
}`,
  },
  {
    name: 'Rails',
    presets: ['ruby'],
    text: `# bundle add sentry-ruby sentry-rails
# config/initializers/sentry.rb
Sentry.init do |config| # SENTRY_DSN is set
  config.breadcrumbs_logger = [:active_support_logger, :http_logger]
  config.traces_sample_rate = 0.1
end`,
  },
  {
    name: 'Ruby',
    presets: ['ruby'],
    text: `# bundle add sentry-ruby
# config.ru
require 'sentry-ruby'

Sentry.init { |config| config.traces_sample_rate = 0.1 } # SENTRY_DSN is set
use Sentry::Rack::CaptureExceptions`,
  },
  {
    name: 'Laravel',
    presets: ['php'],
    text: `// composer require sentry/sentry-laravel
// bootstrap/app.php
use Sentry\\Laravel\\Integration;

->withExceptions(function (Exceptions $exceptions) {
    Integration::handles($exceptions); // SENTRY_DSN is set
})`,
  },
  {
    name: 'PHP',
    presets: ['php'],
    text: `// composer require sentry/sentry
\\Sentry\\init(['dsn' => getenv('SENTRY_DSN'), 'traces_sample_rate' => 0.1]);`,
  },
  {
    name: 'Spring Boot',
    presets: ['java'],
    text: `// build.gradle, with the current version; for Spring Boot 4: sentry-spring-boot-4
implementation 'io.sentry:sentry-spring-boot-starter-jakarta:8.+'

# src/main/resources/application.properties; SENTRY_DSN is set
sentry.traces-sample-rate=0.1`,
  },
  {
    name: 'ASP.NET Core',
    presets: ['dotnet'],
    text: `// dotnet add package Sentry.AspNetCore
builder.WebHost.UseSentry(options => options.TracesSampleRate = 0.1); // SENTRY_DSN is set`,
  },
];
