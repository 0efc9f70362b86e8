-- What people changed about an occurrence, oldest first; the last change of a date holds.
create table meeting_change (
    series text not null,
    date text not null,
    number bigint not null,
    change text not null,
    move_to text not null,
    reason text not null,
    person text not null,
    at bigint not null,
    primary key (series, date, number)
);

-- What is to be talked about. An item is written for a meeting by the one who adds it, and erased when it is old.
create table agenda_item (
    id text primary key,
    series text not null,
    words text not null,
    person text not null,
    state text not null,
    at bigint not null
);

create index agenda_item_by_series on agenda_item (series, state, at);

-- Announcements that stand in a channel, and the number of changes that each of them shows.
create table announcement (
    key text primary key,
    series text not null,
    date text not null,
    channel text not null,
    ts text not null,
    changes bigint not null,
    starts bigint not null
);
