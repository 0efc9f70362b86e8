-- One text for SQLite and PostgreSQL: only text, bigint and double precision; times are epoch milliseconds; ids are ours.

-- What was taken in and had an effect: a repeat of the same delivery finds its key here.
create table delivery (
    key text primary key,
    taken bigint not null
);

-- What is to be done outside. A finished job keeps its key and loses its payload, which may hold people's words.
create table job (
    key text primary key,
    kind text not null,
    payload text not null,
    state text not null,
    created bigint not null,
    due bigint not null,
    attempts bigint not null,
    claimed_by text not null,
    claimed_until bigint not null
);

create index job_by_state on job (state, due);

-- How often an answer was called helpful or not: no words, no people.
create table vote (
    answer text not null,
    vote text not null,
    count bigint not null,
    primary key (answer, vote)
);

-- What was asked and not answered, by topic of the catalogue: no words, no people.
create table gap (
    topic text not null,
    outcome text not null,
    count bigint not null,
    last bigint not null,
    primary key (topic, outcome)
);
