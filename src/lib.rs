//! Evotor Cloud's proxy on a developer's machine: a terminal app's request comes in, and the
//! partner's service receives it as the real cloud would send it.
//!
//! The binary only calls [`cli::main`]; everything else is here, so that tests can drive it.
//!
//! # The map
//!
//! Modules stand on floors. A module uses those below it, never one beside or above it.
//!
//! | floor | module | what it is |
//! |---|---|---|
//! | words | [`fault`] | what can go wrong, who has to act, and the page of each code |
//! | | [`model`] | the simulated world: users, stores, devices, employees; secrets that do not print |
//! | | [`newtonsoft`] | JSON and JSON Schema as Newtonsoft's .NET libraries read, check and word them |
//! | | [`pattern`] | Java regular expressions with Java's meaning |
//! | | [`text`] | what is said to people: English templates with values, and their words in other languages |
//! | | [`mask`] | what is not shown unless asked for: secrets in texts, URLs, fields and JSON |
//! | | [`clock`] | the simulated cloud's time, which can be wound |
//! | | [`file`] | files that people name: read within bounds, made private; full disks |
//! | configuration | [`config`] | gateway.yaml: read, checked as a whole, turned into values; its schema; its watcher |
//! | machinery | [`net`] | sockets, connections, the byte gate, bodies, upstream pools; knows HTTP, not Evotor |
//! | | [`tls`] | the local authority and its leaves toward apps, verification toward partners |
//! | | [`telemetry`] | counters per worker, one record per exchange, the log's own thread |
//! | bookkeeping | [`store`] | what outlives a restart: one SQLite database, one writer, shared commits |
//! | | [`injection`] | what is made on purpose: faults, stubs, breakpoints; which exchange meets which |
//! | | [`journal`] | every exchange, to be looked at: one bounded database, written when nobody else wants the processor |
//! | | [`outbox`] | durable delivery: the plan, the attempts, the schedule; knows no vendor |
//! | | [`journal`] | every exchange as it went: recorded, searched, shown without its secrets |
//! | planes | [`proxy`] | who calls, may it, what the partner receives, what the app gets back |
//! | | [`webhook`] | the cloud's own requests to the partner: what each event sends, what its answer is worth |
//! | | [`asna`] | ASNA's API: tokens, subscriptions, packages, signed webhooks |
//! | | [`cloud`] | the API that a partner's service calls, over the same world |
//! | operator | [`admin`] | `/livez`, `/readyz`, `/metrics`, the console's page, and the API that page and command line speak |
//! | assembly | [`gateway`] | a configuration becomes listeners, workers and an admin surface |
//! | command line | [`cli`] | `run`, `demo`, `check`, `explain`, `trigger` and the others |
//!
//! # Threads
//!
//! [`gateway::Gateway::start`] opens one pair of listeners for each worker, where the system can
//! share a port, and starts every [`net::worker`] on a thread with a single-threaded runtime. A
//! worker owns its connections, its upstream [`Pool`](net::upstream::Pool) and its matching caches;
//! no request waits for a lock. Right after it is accepted a socket may be handed to the worker with
//! the fewest. What workers share is read only: the
//! [`Snapshot`](proxy::snapshot::Snapshot) of the configuration, which a reload replaces while
//! exchanges under way keep theirs. The admin surface, the outbox, the store, the journal, the log, the
//! watcher and the signals have threads of their own.
//!
//! # A request's life
//!
//! **Listener.** A socket comes from the plaintext or the TLS listener and becomes a
//! [`Conn`](net::conn::Conn), whose [`Entrance`](net::conn::Entrance) says how: plain, TLS with a
//! server name, or a CONNECT tunnel, in which the first byte tells TLS from plain HTTP.
//! [`Certificates`](tls::Certificates) has the leaf for the name, the user's own before a minted one. A
//! [handshake](net::handshake) that fails is told with what the client said. While a connection is idle only its socket waits;
//! [`serve`](net::serve) puts hyper around it when bytes arrive.
//!
//! **Gate.** hyper reads through [`Inbound`](net::inbound::Inbound), which shows every byte to
//! [`Requests`](net::gate::Requests) first. Heads pass whole or not at all. What two readers could
//! frame differently is a [`Refusal`](net::gate::Refusal); hyper never sees it. The fields that no
//! partner may receive are cut there, and those that say who is calling are noted in a
//! [`Head`](net::gate::Head), which waits beside the request. HTTP/2 has framing of its own and no
//! gate; the rules for [`target`](net::gate::target)s and hosts are the same.
//!
//! **Identify.** The worker's handler is the [`Proxy`](proxy::Proxy). It makes the absolute URL of
//! the three forms an app can use, [`Asked`](proxy::asked::Asked), and finds the app and the device
//! in the notes: [`identify`](proxy::identify::identify). The device gives the store and the user.
//!
//! **Decide.** [`decide`](proxy::decide::decide) asks the app's [`Set`](pattern::Set) of rules. The
//! verdict is a value; the command `explain` prints the same.
//!
//! **Rewrite.** [`rewrite::request`](proxy::rewrite::request) passes once over the fields: the
//! terminal's and the connection's own go, then `Host`, the identity headers and `Authorization` are
//! set, so that nothing the app sends can forge or drop them.
//!
//! **Forward.** [`upstream::send`](net::upstream::send) takes a connection from the pool or opens
//! one. The partner's bytes pass [`Responses`](net::gate::Responses), and a connection is used again
//! only while that gate says nothing is left over. Over HTTP/2 exchanges share connections, as many as
//! it takes for none to wait for another. Bodies stream both ways, see [`net::body`]. Over HTTP/1 names of
//! fields go out as the other side wrote them and in that order, both ways: [`Names`](net::names::Names).
//!
//! **Envelope.** For an app with `proxy: v1` the answer becomes `{status, body}`:
//! [`envelope::enclose`](proxy::envelope::enclose). It is needed whole; what is large is unpacked and
//! quoted on other threads, in memory that is counted over all workers
//! ([`Capacity`](proxy::envelope::Capacity)). For v2 it passes as it came, except for what
//! concerns the partner's connection alone: [`rewrite::response`](proxy::rewrite::response).
//!
//! **Client.** hyper writes the answer. A [`Fault`](fault::Fault) raised at any step travels by `?`
//! to one place, [`refuse::response`](proxy::refuse::response), and becomes a problem document.
//! Either way the worker counts it and hands a [`Record`](telemetry::Record) to the log.
//!
//! # A webhook's life
//!
//! **Event.** [`Plane::trigger`](webhook::plane::Plane::trigger) finds out whom it concerns, and
//! inside one transaction of the [`Store`](store::Store) changes the simulated cloud, composes the
//! webhook from it ([`payload::compose`](webhook::payload::compose)), authorises it and puts it into
//! the outbox. A kill before the commit leaves neither, one after it leaves both. What is done at a
//! simulated terminal ([`Plane::simulate`](webhook::plane::Plane::simulate)) or over the Cloud API is
//! told in the same way to every app that the user has, by a [`Herald`](outbox::Herald); and so is what is
//! done to the world at run time ([`Plane::act`](webhook::plane::Plane::act)).
//!
//! **Plan.** The [`Outbox`](outbox::Outbox) has a thread of its own. Its plan holds what waits by
//! time: the first attempts of an app and user one after the other, what failed beside them.
//!
//! **Attempt.** The stored bytes go out over the same [`upstream::send`](net::upstream::send) that
//! the proxy uses, with the ten seconds that the cloud waits.
//!
//! **Verdict.** [`judge`](webhook::judge::judge) holds the answer against the contract.
//!
//! **Record.** Attempt, verdict, next time due and the user's token, if the answer brought one, are
//! committed together. Then the proxy is shown a new [`Snapshot`](proxy::snapshot::Snapshot), and
//! then whoever waits for the attempt is told: the next request through the proxy carries the token.
//!
//! # A record's life
//!
//! **Notes.** While a request passes, a [`Recording`](journal::Recording) beside it is told what is
//! known at each [`Stage`](journal::exchange::Stage): the head as it came, the head as it went, pieces
//! of the bodies as they pass ([`net::tape`]). It ends when the last who knows of it lets go of it. The
//! outbox shows each attempt to a [`Witness`](outbox::Witness); calls of the clouds' APIs are heard by
//! the admin surface.
//!
//! **Before the end.** Ten times a second a worker looks through what is under way; what has lasted 100
//! ms gets its number and is [shown](journal::Journal::show) with what is known of it and what it waits
//! for. Others are numbered when they are written. A cursor counts records, not numbers, and so misses
//! none that ended later than its successors.
//!
//! **Writing.** Workers hand over ten times a second. One thread, behind all others, brings what came
//! into one order of beginnings and writes it with the words it is found by. Where it is behind, exchanges
//! pass unrecorded and are counted.
//!
//! **Reading.** A [`Filter`](journal::filter::Filter) is a condition on rows and on words. What changed
//! between two stages, and why, is found when somebody looks ([`proxy::changes`]); what must not be
//! seen is masked then ([`mask`]).
//!
//! # A call of the Cloud API
//!
//! **Access.** A partner's service calls [`cloud::router`] below `/evotor` of the admin address, where
//! the proxy leads calls of `api.evotor.ru` too. The token tells the app and the user; whether the app
//! is installed, and what is left of the limit, decides before the address is looked at. What a strict
//! reading refuses, a loose one takes and [notes](model::notes).
//!
//! **Change.** A body is read whole and checked outside the store; then one transaction writes all of
//! it. What partners are told of is put into the outbox by an [`outbox::Herald`] in the same one.
//!
//! **Answer.** Errors are [`cloud`]'s one form. Long lists are read and sent by pages.

pub mod admin;
pub mod asna;
pub mod cli;
pub mod clock;
pub mod cloud;
pub mod config;
pub mod fault;
pub mod file;
pub mod gateway;
pub mod injection;
pub mod journal;
pub mod mask;
pub mod model;
pub mod net;
pub mod newtonsoft;
pub mod outbox;
pub mod pattern;
pub mod proxy;
pub mod shell;
pub mod store;
pub mod telemetry;
pub mod text;
pub mod tls;
pub mod webhook;
