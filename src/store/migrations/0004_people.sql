-- What was done through the bot and what was denied: ids and verbs, no words. Entries are added and never changed or taken out before
-- their time, but that of somebody who was forgotten they say 'forgotten'. The id begins with the time, so that it sorts by it.
create table audit (
    id text primary key,
    at bigint not null,
    person text not null,
    verb text not null,
    target text not null,
    outcome text not null,
    key text not null
);

create index audit_by_person on audit (person, id);
create index audit_by_key on audit (key);

-- The newest denial that each person met: the rule, not what they wrote.
create table denial (
    person text primary key,
    at bigint not null,
    tried text not null,
    file text not null,
    entry text not null,
    unfit text not null,
    roles text not null
);

-- Whether everything stands still: one row, or none.
create table pause (
    id text primary key,
    person text not null,
    reason text not null,
    since bigint not null
);

-- What operators have said on top of answers with a tag. A day of `until` is the last on which it is shown; empty is for ever.
create table notice (
    id text primary key,
    tag text not null,
    words text not null,
    until text not null,
    person text not null,
    at bigint not null
);

-- Earlier releases named people in these keys.
delete from delivery where key like 'turn:%';
delete from job where key like 'turn:%' and state = 'done';
