//! Simulated terminals: shifts open and close, goods are sold and come back, and every app that the
//! user has is told.

use rusqlite::Connection;
use tokio::sync::oneshot::Receiver;
use uuid::Uuid;

use super::cast::{self, Cast};
use super::happen::send;
use super::herald::Tidings;
use super::stage::Stage;
use super::wish::{Made, Refusal, Trigger};
use super::{Plane, paper, stock};
use crate::config::meant::Config;
use crate::model::event::Event;
use crate::model::world::{DeviceIndex, UserIndex};
use crate::store::goods::Shelf;
use crate::store::papers;
use crate::store::tills::{self, Standing};
use crate::text::{Text, text};
use crate::webhook::payload::{DocumentKind, Lacking, Origin, Outline, Recipe, Scene, Till, Ware};

/// What is done at a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// A sale; told of as a document and as a receipt.
    Receipt,
    /// A sale; told of as a document.
    Document,
    /// A shift is closed, or opened where none is open.
    Session,
    /// Cash is put into the drawer.
    CashIncome,
    /// Cash is taken out of the drawer.
    CashOutcome,
    /// The printer tells of the shift so far.
    XReport,
}

/// Something done at a terminal.
#[derive(Debug, Clone)]
pub struct Simulation {
    /// What.
    pub what: What,
    /// A device's uuid or IMEI.
    pub device: Option<String>,
    /// A user's id.
    pub user: Option<String>,
    /// The last sale comes back, in place of a new one.
    pub payback: bool,
}

/// What came of it.
#[derive(Debug)]
pub struct Simulated {
    /// Ids of the documents, in the order they were made.
    pub documents: Vec<String>,
    /// The webhooks; the receivers hear of the first attempt of each.
    pub made: Vec<(Made, Receiver<()>)>,
    /// Which app is not told, and why.
    pub notes: Vec<Text>,
}

impl Plane {
    /// Lets something be done at a terminal. The documents and the webhooks of them are there when
    /// this returns, all or none.
    ///
    /// # Errors
    ///
    /// When it cannot be done; nothing has changed then.
    pub async fn simulate(&self, wish: Simulation) -> Result<Simulated, Refusal> {
        let config = self.known.config.load_full();
        let (user, device) = terminal(&config, &wish)?;
        let now_ms = self.clock.now_ms();
        let work = move |tx: &Connection| {
            let config = &*config;
            let id = config.world.devices.get(device.0).map_or("", |device| &device.uuid);
            let standing = tills::standing(tx, id)?;
            let (documents, made, notes) = (Vec::new(), Vec::new(), Vec::new());
            let mut terminal =
                Terminal { tx, config, user, device, id, now_ms, standing, documents, made, notes };
            terminal.work(&wish)?;
            Ok::<_, Refusal>((terminal.documents, terminal.made, terminal.notes))
        };
        let outbox = self.outbox.clone();
        let then = move |(documents, made, mut notes): (_, _, Vec<Text>)| {
            notes.dedup();
            Simulated { documents, made: send(&outbox, made), notes }
        };
        self.store.write_then(work, then).await
    }
}

/// The terminal that is meant and whose it is.
fn terminal(config: &Config, wish: &Simulation) -> Result<(UserIndex, DeviceIndex), Refusal> {
    let named =
        Trigger { user: wish.user.clone(), device: wish.device.clone(), ..Trigger::default() };
    let (user, _, device) = cast::place(config, &named)?;
    let devices = &config.world.devices;
    let its = |at: &DeviceIndex| devices.get(at.0).is_some_and(|device| device.user == user);
    let all: Vec<_> = (0..devices.len()).map(DeviceIndex).filter(its).collect();
    let only = all.first().copied().filter(|_| all.len() == 1);
    let device = device.or(config.default_device.filter(its)).or(only);
    let device = device.ok_or_else(|| {
        let ids = all.iter().filter_map(|at| devices.get(at.0)).take(10);
        let ids: Vec<_> = ids.map(|device| &*device.uuid).collect();
        let hint = match ids.is_empty() {
            true => text!("add one to users[].stores[].devices in gateway.yaml"),
            false => text!("name one with --device: {ids}", ids = ids.join(", ")),
        };
        Refusal::unfit(text!("it is not said which terminal is meant"), hint)
    })?;
    Ok((user, device))
}

/// A terminal at work inside one transaction.
struct Terminal<'a> {
    tx: &'a Connection,
    config: &'a Config,
    user: UserIndex,
    device: DeviceIndex,
    id: &'a str,
    now_ms: i64,
    standing: Standing,
    documents: Vec<String>,
    made: Vec<Made>,
    notes: Vec<Text>,
}

impl Terminal<'_> {
    fn work(&mut self, wish: &Simulation) -> Result<(), Refusal> {
        match (wish.what, &self.standing.session) {
            (What::Session, Some(_)) => self.close()?,
            (_, None) => self.open()?,
            _ => {}
        }
        match wish.what {
            What::Session => {}
            What::Receipt => self.trade(wish.payback, &[Event::Documents, Event::Receipts])?,
            What::Document => self.trade(wish.payback, &[Event::Documents])?,
            What::CashIncome => self.put_in()?,
            What::CashOutcome => self.take_out()?,
            What::XReport => self.tell(DocumentKind::XReport, 0)?,
        }
        tills::stand(self.tx, self.id, &self.standing)?;
        Ok(())
    }

    fn open(&mut self) -> Result<(), Refusal> {
        self.standing.session = Some(Uuid::new_v4().to_string());
        self.standing.shift += 1;
        self.standing.revenue = 0;
        self.standing.counters = self.standing.counters.next_shift();
        self.tell(DocumentKind::OpenSession, 0)
    }

    /// What a shift ends with: its figures, the takings out of the drawer, the printer's reports.
    fn close(&mut self) -> Result<(), Refusal> {
        self.tell(DocumentKind::XReport, 0)?;
        if self.standing.drawer > 0 {
            self.take_out()?;
        }
        for kind in [DocumentKind::Fprint, DocumentKind::ZReport, DocumentKind::CloseSession] {
            self.tell(kind, 0)?;
        }
        self.standing.session = None;
        Ok(())
    }

    fn put_in(&mut self) -> Result<(), Refusal> {
        self.standing.drawer += CHANGE;
        self.standing.counters.cash_in.add(CHANGE);
        self.tell(DocumentKind::CashIncome, CHANGE)
    }

    /// The drawer's hundreds, or all of it where it holds less.
    fn take_out(&mut self) -> Result<(), Refusal> {
        let drawer = self.standing.drawer;
        if drawer <= 0 {
            let hint = "sell something for cash first, or put cash in: `simulate cash-income`";
            return Err(Refusal::unfit(text!("there is no cash in the drawer"), Text::fixed(hint)));
        }
        let taken = if drawer < HUNDRED { drawer } else { drawer - drawer % HUNDRED };
        self.standing.drawer -= taken;
        self.standing.counters.cash_out.add(taken);
        self.tell(DocumentKind::CashOutcome, taken)
    }

    /// A document that is no trade; `moved` is what is put into the drawer or taken out, in kopecks.
    fn tell(&mut self, document: DocumentKind, moved: i64) -> Result<(), Refusal> {
        self.document(document, moved, None, &[Event::Documents])?;
        Ok(())
    }

    fn trade(&mut self, payback: bool, events: &[Event]) -> Result<(), Refusal> {
        let (kind, sign, base) = match payback {
            true => (DocumentKind::Payback, -1, Some(self.last_sale()?)),
            false => (DocumentKind::Sell, 1, None),
        };
        let outline = self.document(kind, 0, base, events)?;
        let sum = sign * outline.result;
        self.standing.revenue += sum;
        if outline.cash {
            self.standing.drawer += sum;
        }
        let counters = &mut self.standing.counters;
        match payback {
            true => counters.paybacks.add(outline.result, outline.cash),
            false => {
                counters.sales.add(outline.result, outline.cash);
                counters.lifetime += outline.result;
            }
        }
        let moved = outline.moved.into_iter().map(|(id, quantity)| (id, quantity * -sign));
        stock::change(self.tx, &self.shelf(), moved, self.now_ms)?;
        Ok(())
    }

    /// The last sale and what it was chosen from.
    fn last_sale(&self) -> Result<(Origin, Vec<Ware>), Refusal> {
        let nothing = || {
            let text = "nothing was sold at this terminal that could come back";
            Refusal::unfit(Text::fixed(text), text!("sell something first: `simulate receipt`"))
        };
        let sale = papers::last_sale(self.tx, self.id)?.ok_or_else(nothing)?;
        let seed = sale.seed.ok_or_else(nothing)?;
        let recipe = sale.recipe.and_then(|text| serde_json::from_str::<Recipe>(&text).ok());
        let by_weight = recipe.as_ref().is_some_and(|recipe| recipe.by_weight);
        let goods = recipe.map_or(Vec::new(), Recipe::into_goods);
        let goods = stock::restocked(self.tx, &self.shelf(), goods)?;
        Ok((Origin { id: sale.id, number: sale.number, seed, by_weight }, goods))
    }

    /// The goods of the terminal's store.
    fn shelf(&self) -> Shelf {
        let world = &self.config.world;
        let user = world.users.get(self.user.0).map_or("", |user| &user.id);
        let device = world.devices.get(self.device.0);
        let store = device.and_then(|device| world.stores.get(device.store));
        Shelf::of(user, store.map_or("", |store| &store.uuid))
    }

    /// Makes a document, keeps it and tells of it.
    fn document(
        &mut self,
        document: DocumentKind,
        moved: i64,
        base: Option<(Origin, Vec<Ware>)>,
        events: &[Event],
    ) -> Result<Outline, Refusal> {
        self.standing.number += 1;
        let seed = Uuid::new_v4().as_u64_pair().0;
        let (base, goods) = match base {
            Some((sale, goods)) => (Some(sale), goods),
            None if document == DocumentKind::Sell => {
                (None, stock::offer(self.tx, &self.shelf(), seed)?)
            }
            None => (None, Vec::new()),
        };
        let Standing { number, shift, session, revenue, drawer, counters } = self.standing.clone();
        let session = session.unwrap_or_default();
        let till = &Till { number, session, shift, revenue, drawer, counters, moved, goods, base };
        let Self { tx, config, user, device, now_ms, .. } = *self;
        let cast = Cast { app: usize::MAX, user, store: None, device: Some(device) };
        let trigger = &Trigger { document, ..Trigger::default() };
        let stage = Stage { tx, config, cast, trigger, till: Some(till), now_ms };
        let made = |scene: &Scene<'_>| Ok((paper::of(scene)?, Outline::of(scene)));
        let (mut paper, outline) = stage
            .scene(seed, document, made)
            .map_err(|lacking: Lacking| Refusal::unfit(lacking.text(), text!("")))?;
        let device = Some(device);
        let tidings = Tidings {
            events,
            user,
            store: None,
            device,
            document,
            body: None,
            till: Some(till),
            seed,
        };
        let (made, notes) = tidings.tell(tx, config, now_ms)?;
        let documents = made.iter().filter(|made| made.event == Event::Documents);
        for message in documents.filter_map(|made| made.message.as_ref()) {
            paper = paper::told(paper, message);
        }
        papers::keep(tx, &paper, now_ms)?;
        self.documents.push(paper.id);
        self.made.extend(made);
        self.notes.extend(notes);
        Ok(outline)
    }
}

/// What a cashier puts in to have change, in kopecks.
const CHANGE: i64 = 100_000;
/// A hundred roubles.
const HUNDRED: i64 = 10_000;
