-- Windows that are being filled in: people's words, erased when they are sent and after a day.
create table draft (
    id text primary key,
    person text not null,
    payload text not null,
    at bigint not null
);

-- What was filed on GitHub, for whom, how it stands there, and the one message that tells it. The title is GitHub's. Where thread and
-- issue are kept in step, in_step is the last comment that was carried over (1 where there was none), else 0.
create table issue (
    key text primary key,
    repository text not null,
    number bigint not null,
    commented bigint not null,
    title text not null,
    url text not null,
    person text not null,
    channel text not null,
    thread text not null,
    state text not null,
    assignees text not null,
    dropped text not null,
    named bigint not null,
    in_public bigint not null,
    in_step bigint not null,
    message_channel text not null,
    message_ts text not null,
    version bigint not null,
    untold bigint not null,
    filed bigint not null,
    looked bigint not null
);

create index issue_by_number on issue (repository, number);
create index issue_by_person on issue (person, filed);
create index issue_by_untold on issue (untold);
create index issue_by_step on issue (in_step);
