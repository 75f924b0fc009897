/*
 * The life of an operation: the table of src/arbiter/transitions.ts, entry for entry, by the same names with `_`
 * for `-`. A test compares the two. An entry that leaves the state as it is, is `ignored` there; what is not
 * here, is illegal, and an assertion fails where a model comes to it.
 *
 * `state` changes nowhere else than in `undergo`. It prints each entry that it comes to for the first time, so
 * that the run shows which entries it has checked.
 */
#define unknown 0
#define waiting 1
#define delivered 2
#define late 3
#define recalled 4
#define stored 5
#define lent 6
#define holding 7
#define ended 8

#define match 1
#define match_poll 2
#define receive 3
#define store 4
#define drop 5
#define withdraw_tentative 6
#define withdraw_final 7
#define take 8
#define come_back 9
#define exhaust 10
#define owner_gone 11
#define adopt 12
#define shut 13

#define ENTRIES 128
#define entry(from, happening) ((from) * 14 + (happening))
#define rule(from, happening, to) verdict[entry(from, happening)] = to

byte state[N];
hidden byte verdict[ENTRIES];
hidden byte hasBeen[ENTRIES];

inline table() {
  rule(waiting, match, delivered);
  rule(waiting, match_poll, recalled);
  rule(waiting, receive, holding);
  rule(waiting, store, stored);
  rule(waiting, drop, ended);
  rule(waiting, withdraw_tentative, ended);
  rule(waiting, withdraw_final, ended);
  rule(waiting, owner_gone, ended);
  rule(waiting, adopt, stored);
  rule(waiting, shut, ended);

  rule(delivered, withdraw_tentative, late);
  rule(delivered, withdraw_final, recalled);
  rule(delivered, take, ended);
  rule(delivered, come_back, waiting);
  rule(delivered, exhaust, ended);
  rule(delivered, owner_gone, lent);
  rule(delivered, shut, delivered);

  rule(late, withdraw_final, recalled);
  rule(late, take, ended);
  rule(late, come_back, waiting);
  rule(late, exhaust, ended);
  rule(late, owner_gone, lent);
  rule(late, shut, late);

  rule(recalled, take, ended);
  rule(recalled, come_back, ended);
  rule(recalled, exhaust, ended);
  rule(recalled, owner_gone, lent);
  rule(recalled, shut, recalled);

  rule(stored, match, lent);
  rule(stored, drop, ended);
  rule(stored, shut, ended);

  rule(lent, take, ended);
  rule(lent, come_back, stored);
  rule(lent, exhaust, ended);
  rule(lent, shut, lent);

  rule(holding, withdraw_tentative, holding);
  rule(holding, withdraw_final, holding);
  rule(holding, take, ended);
  rule(holding, come_back, ended);
  rule(holding, exhaust, ended);
  rule(holding, owner_gone, ended);
}

inline undergo(x, happening) {
  assert(verdict[entry(state[x], happening)] != unknown);
  if
  :: !hasBeen[entry(state[x], happening)] ->
     hasBeen[entry(state[x], happening)] = 1;
     printf("reached %d %d\n", state[x], happening)
  :: else
  fi;
  state[x] = verdict[entry(state[x], happening)]
}
