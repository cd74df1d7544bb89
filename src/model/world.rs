//! The simulated world: users own stores, stores hold devices and employees.
//!
//! Identifiers are kept as written and looked up without regard to ASCII case: live ones are upper
//! case, the vendor's own samples lower case (evotor.md, section 4).

use foldhash::HashMap;

use super::seeded::Seeded;

/// Place of a user in [`World::users`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct UserIndex(pub usize);

/// Place of a device in [`World::devices`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DeviceIndex(pub usize);

/// A user of Evotor Cloud, the owner of shops.
#[derive(Debug, Clone)]
pub struct User {
    /// `01-000000000000001`.
    pub id: String,
}

/// A shop.
#[derive(Debug, Clone)]
pub struct Store {
    /// `20240105-1A2B-40C3-80D4-E5F60718293A`.
    pub uuid: String,
    /// Name for people.
    pub name: String,
    /// Postal address.
    pub address: String,
    /// Whose shop it is.
    pub user: UserIndex,
    /// Who works there.
    pub employees: Vec<Employee>,
}

/// A smart-terminal.
#[derive(Debug, Clone)]
pub struct Device {
    /// `20240105-9F8E-407D-80C6-B5A493827160`.
    pub uuid: String,
    /// Name for people.
    pub name: String,
    /// 15 digits, where known.
    pub imei: Option<String>,
    /// Place of its shop in [`World::stores`].
    pub store: usize,
    /// The shop's owner.
    pub user: UserIndex,
}

/// A shop's employee.
#[derive(Debug, Clone, Default)]
pub struct Employee {
    /// Same form as a store's.
    pub uuid: String,
    /// Name for people.
    pub name: String,
    /// `ADMIN`, `CASHIER`, `MANUAL`.
    pub role: String,
    /// What was said of one made at run time.
    pub said: Option<Box<Said>>,
}

impl Employee {
    /// Who works in a shop of which no employee is known. Follows from the shop, and bears its date.
    fn built_in(store: &Store) -> Self {
        let date =
            store.uuid.get(..8).filter(|date| date.bytes().all(|byte| byte.is_ascii_digit()));
        let uuid = Seeded::entity(&store.uuid, "cashier").dated(date.unwrap_or("20210630"));
        Self { uuid, name: "Кассир".to_owned(), role: "CASHIER".to_owned(), said: None }
    }
}

/// What may be said of an employee besides a name. What is not said follows from the identifier.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Said {
    /// Family name.
    pub last_name: Option<String>,
    /// After the father.
    pub patronymic_name: Option<String>,
    /// A mobile number; `Some(None)` is somebody without one.
    pub phone: Option<Option<u64>>,
    /// When it was made, in milliseconds since 1970.
    pub made_ms: Option<i64>,
}

/// An employee with the uuids of the shops that name one.
pub type Person<'a> = (&'a Employee, Vec<&'a str>);

/// All of it, with the look-ups that identification needs.
#[derive(Debug, Clone, Default)]
pub struct World {
    /// In the order of the file.
    pub users: Vec<User>,
    /// In the order of the file.
    pub stores: Vec<Store>,
    /// In the order of the file.
    pub devices: Vec<Device>,
    /// By place in `stores`; each stands in where nobody works.
    cashiers: Vec<Employee>,
    by_uuid: HashMap<Box<[u8]>, DeviceIndex>,
    by_imei: HashMap<Box<[u8]>, DeviceIndex>,
}

impl World {
    /// Indexes a world. Where two devices share an identifier the first keeps it; the configuration
    /// refuses such a file.
    pub fn new(users: Vec<User>, stores: Vec<Store>, devices: Vec<Device>) -> Self {
        let cashiers = stores.iter().map(Employee::built_in).collect();
        let mut world = Self { users, stores, devices, cashiers, ..Self::default() };
        for (at, device) in world.devices.iter().enumerate() {
            let key = device.uuid.to_ascii_uppercase().into_bytes().into_boxed_slice();
            world.by_uuid.entry(key).or_insert(DeviceIndex(at));
            if let Some(imei) = &device.imei {
                world.by_imei.entry(imei.as_bytes().into()).or_insert(DeviceIndex(at));
            }
        }
        world
    }

    /// The device of a uuid as it came in a header.
    pub fn device_by_uuid(&self, uuid: &[u8]) -> Option<DeviceIndex> {
        let mut key = [0u8; 64];
        let key = key.get_mut(..uuid.len())?;
        key.copy_from_slice(uuid);
        key.make_ascii_uppercase();
        self.by_uuid.get(&*key).copied()
    }

    /// The device of an IMEI.
    pub fn device_by_imei(&self, imei: &[u8]) -> Option<DeviceIndex> {
        self.by_imei.get(imei).copied()
    }

    /// A user's shops.
    pub fn stores_of(&self, user: UserIndex) -> impl Iterator<Item = &Store> {
        self.stores.iter().filter(move |store| store.user == user)
    }

    /// A user's terminals with their shops.
    pub fn devices_of(&self, user: UserIndex) -> impl Iterator<Item = (&Device, &Store)> {
        let own = self.devices.iter().filter(move |device| device.user == user);
        own.filter_map(|device| Some((device, self.stores.get(device.store)?)))
    }

    /// Who works in a user's shops; one who works in several comes once, and those who were made at
    /// run time come last.
    pub fn people_of(&self, user: UserIndex) -> Vec<Person<'_>> {
        let mut people: Vec<Person<'_>> = Vec::new();
        for store in self.stores_of(user) {
            for employee in &store.employees {
                let known = people
                    .iter_mut()
                    .find(|(other, _)| other.uuid.eq_ignore_ascii_case(&employee.uuid));
                match known {
                    Some((_, stores)) => stores.push(&store.uuid),
                    None => people.push((employee, vec![&store.uuid])),
                }
            }
        }
        people.sort_by_key(|(employee, _)| employee.said.as_ref().and_then(|said| said.made_ms));
        people
    }

    /// The same, and the built-in cashier of each shop that has no employee.
    pub fn staff_of(&self, user: UserIndex) -> Vec<Person<'_>> {
        let mut staff = self.people_of(user);
        let alone = |store: &Store| store.user == user && store.employees.is_empty();
        let shops = self.stores.iter().zip(&self.cashiers).filter(|(store, _)| alone(store));
        staff.extend(shops.map(|(store, cashier)| (cashier, vec![&*store.uuid])));
        staff
    }

    /// The built-in cashier of a shop of this world.
    pub fn cashier_of(&self, store: &Store) -> Option<&Employee> {
        let at = self.stores.iter().position(|own| own.uuid == store.uuid)?;
        self.cashiers.get(at)
    }

    /// The built-in cashiers of all shops.
    pub fn cashiers(&self) -> &[Employee] {
        &self.cashiers
    }

    /// The user of an id.
    pub fn user_by_id(&self, id: &str) -> Option<UserIndex> {
        self.users.iter().position(|user| user.id == id).map(UserIndex)
    }
}
