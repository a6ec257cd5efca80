/** Makes the replicas of one cluster. All share one check, so that each entry is checked once. */
import { fakeDigest, fakeVerify } from '../crypto/index.ts';
import type { Signer } from '../crypto/types.ts';
import { genesisRecords, networkIdOf } from '../membership/genesis.ts';
import type { Genesis, MemberId, NetworkId } from '../membership/types.ts';
import type { RecordBody, RecordId, SignedEntry } from '../ownership/types.ts';
import {
  createEntryCheck,
  createLedger,
  createPlainReplica,
  type Encoding,
  type EntryCheck,
  type Ledger,
  plainEncoding,
} from '../replica/index.ts';
import type { Replica, Update, Vector } from '../replica/types.ts';
import type { Disk } from './disk.ts';
import { ReplicaMemory } from './replicaMemory.ts';
import { sharedRules } from './sharedRules.ts';
import type { ClusterOptions } from './types.ts';

type ReplicaOptions = Pick<ClusterOptions, 'replica' | 'encoding'>;

/** See the module. */
export class Replicas {
  private readonly network: NetworkId;
  private readonly roots: readonly RecordBody[];
  private readonly authorities: readonly MemberId[];
  private readonly check: EntryCheck;
  private readonly make: ClusterOptions['replica'];
  private readonly encoding: Encoding;
  /** Rules of registers, for a node that signs. */
  readonly rules: ReturnType<typeof sharedRules>;

  /** `replica`: another kind than the plain replica, with its `encoding`. */
  constructor(genesis: Genesis, { replica, encoding }: ReplicaOptions) {
    this.network = networkIdOf(genesis);
    this.roots = genesisRecords(genesis);
    this.authorities = genesis.authorities;
    this.check = createEntryCheck(this.network, fakeVerify);
    this.make = replica;
    this.rules = sharedRules(this.network, fakeVerify);
    this.encoding = encoding ?? plainEncoding;
  }

  /** A replica with everything that a disk has. */
  load(signer: Signer, disk: Disk): Replica {
    const replica = this.empty(signer, disk.storeId);
    for (const update of disk.updates) replica.receive(update);
    return replica;
  }

  /** What a node's processes hand on to each other. */
  memory(signer: Signer): ReplicaMemory {
    return new ReplicaMemory({
      ledger: () => this.ledger(),
      load: (disk) => this.load(signer, disk),
    });
  }

  /** What a liar can publish: any entry under any id, in good form. */
  published(signer: Signer, storeId: string, id: RecordId, entry: SignedEntry): Update {
    return this.encoding.update({ network: this.network, signer, storeId, id, entry });
  }

  /** A vector that says so. */
  vectorOf(next: ReadonlyMap<number, number>): Vector {
    return this.encoding.vector(next);
  }

  private ledger(): Ledger {
    const { network, roots, authorities } = this;
    return createLedger({ network, roots, authorities, verify: fakeVerify });
  }

  /** A replica without anything. */
  empty(signer: Signer, storeId: string): Replica {
    const { network, check } = this;
    const parts = { network, storeId, verify: fakeVerify, ledger: this.ledger() };
    if (this.make !== undefined) return this.make({ ...parts, signer });
    return createPlainReplica({ ...parts, member: signer.member, check, digest: fakeDigest });
  }
}
